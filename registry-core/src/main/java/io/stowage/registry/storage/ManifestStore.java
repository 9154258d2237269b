package io.stowage.registry.storage;

import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Manifests and indexes: exact bytes by digest, together with the tags that name them. */
public interface ManifestStore {
  /**
   * The bytes as pushed, if this repository has the manifest and its bytes have the digest; damaged
   * bytes count as absent.
   */
  Optional<StoredManifest> find(RepositoryName repository, Digest digest) throws IOException;

  /**
   * Finds the manifest for a client that may rely on the answer: one that is going to name it in an
   * index, or to put a tag on it. What is found stays for the grace of the {@link
   * GarbageCollector}.
   */
  Optional<StoredManifest> confirm(RepositoryName repository, Digest digest) throws IOException;

  /**
   * Stores a manifest and moves its tags in one step: after a crash either all of it is there or
   * nothing. What it requires is checked under the same locks that a delete takes, so an accepted
   * manifest never names content that a delete in progress removes.
   *
   * @throws RegistryException with one {@code ManifestBlobUnknown} for each required content that
   *     the repository doesn't have, {@code ManifestInvalid} if a required content has another
   *     length than its descriptor says, or {@code PreconditionFailed}
   */
  void put(ManifestPut manifest) throws IOException;

  /**
   * Removes the manifest, every tag on it, and its entry among its subject's referrers.
   *
   * @return the tags that were on it in byte order, perhaps none; empty if the repository didn't
   *     have it
   */
  Optional<List<Tag>> delete(RepositoryName repository, Digest digest) throws IOException;
}
