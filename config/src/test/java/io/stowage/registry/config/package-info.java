/** Tests of reading the configuration. Nothing here touches the disk or the real environment. */
@NullMarked
package io.stowage.registry.config;

import org.jspecify.annotations.NullMarked;
