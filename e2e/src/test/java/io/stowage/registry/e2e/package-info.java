/**
 * Real clients against the packaged server and the image, each the way its user would call it. Here
 * are processes, sockets and files; nothing here knows a class of the server, and nothing but
 * {@code make e2e} runs it. A client that is not installed fails its test.
 */
@NullMarked
package io.stowage.registry.e2e;

import org.jspecify.annotations.NullMarked;
