/**
 * Users and bcrypt hashes in a file as Apache's {@code htpasswd -B} writes it: checking passwords
 * against it while it may change, and changing it. Knows no HTTP, no configuration, and watches no
 * file. Only the server's assembly and the command line call it; everybody else sees an {@link
 * io.stowage.registry.access.Authenticator}.
 */
@NullMarked
package io.stowage.registry.auth.htpasswd;

import org.jspecify.annotations.NullMarked;
