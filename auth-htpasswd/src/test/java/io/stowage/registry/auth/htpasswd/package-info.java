/** Tests of htpasswd files and of checking passwords against them. */
@NullMarked
package io.stowage.registry.auth.htpasswd;

import org.jspecify.annotations.NullMarked;
