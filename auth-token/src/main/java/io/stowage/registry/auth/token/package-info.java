/**
 * Bearer tokens, of a foreign service and of our own, and the long-lived credentials behind the
 * latter: personal access tokens and robot accounts. The only package that imports Nimbus. It
 * checks, signs and keeps files, knows no HTTP, and decides nothing that an {@link
 * io.stowage.registry.access.AccessPolicy} decides. Only the server's assembly and the command line
 * call it; everybody else sees the contracts of the core.
 */
@NullMarked
package io.stowage.registry.auth.token;

import org.jspecify.annotations.NullMarked;
