/**
 * Users and bcrypt hashes in a file as Apache's {@code htpasswd -B} writes it. Parses lines and
 * checks passwords; reads no file, knows no HTTP and remembers nothing. Only the server's assembly
 * and the command line call it; everybody else sees an {@link
 * io.stowage.registry.access.Authenticator}.
 */
@NullMarked
package io.stowage.registry.auth.htpasswd;

import org.jspecify.annotations.NullMarked;
