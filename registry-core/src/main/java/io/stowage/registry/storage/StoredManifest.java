package io.stowage.registry.storage;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;

/**
 * A manifest's exact bytes and what they say of themselves.
 *
 * @param digest the digest by which the manifest is known
 * @param mediaType the type that the bytes declare or, where they don't, imply
 * @param bytes as pushed; shared, so never to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // identity is the digest's; copying 4 MiB would be waste
public record StoredManifest(Digest digest, MediaType mediaType, byte[] bytes) {}
