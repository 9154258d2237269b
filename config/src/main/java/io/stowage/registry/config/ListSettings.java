package io.stowage.registry.config;

/**
 * How long a page of a listing may be ({@code catalog}, {@code tags}).
 *
 * @param maxCatalogEntries largest page of the catalog; at least 1
 * @param maxTags largest page of a tag list; at least 1
 */
public record ListSettings(int maxCatalogEntries, int maxTags) {}
