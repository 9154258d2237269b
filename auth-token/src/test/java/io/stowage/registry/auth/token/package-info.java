/** Tests of tokens, their keys, and the credentials behind them. */
@NullMarked
package io.stowage.registry.auth.token;

import org.jspecify.annotations.NullMarked;
