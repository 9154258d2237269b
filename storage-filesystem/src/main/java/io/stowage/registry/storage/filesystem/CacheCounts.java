package io.stowage.registry.storage.filesystem;

/**
 * How well a cache did since the storage was opened.
 *
 * @param requests how often it was asked
 * @param hits how often it had what was asked for
 */
public record CacheCounts(long requests, long hits) {}
