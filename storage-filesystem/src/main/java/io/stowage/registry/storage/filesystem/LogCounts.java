package io.stowage.registry.storage.filesystem;

/**
 * What the redo log did since the storage was opened, and what it holds.
 *
 * @param records how many were flushed; one for each change, and some notes
 * @param flushes how many flushes those took
 * @param failedFlushes how many flushes of the log failed
 * @param checkpoints how often one of its files was emptied
 * @param failedCheckpoints how often one couldn't be emptied
 * @param bytes of records that a start would have to do again
 */
public record LogCounts(
    long records,
    long flushes,
    long failedFlushes,
    long checkpoints,
    long failedCheckpoints,
    long bytes) {}
