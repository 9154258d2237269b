package io.stowage.registry.server.metrics;

import java.util.function.LongSupplier;

/**
 * Where to read what the redo log of a storage did since its start, and what it holds. Each may be
 * asked by any thread.
 *
 * @param records how many were flushed
 * @param flushes how many flushes those took
 * @param failedFlushes how many flushes of the log failed
 * @param checkpoints how often one of its files was emptied
 * @param failedCheckpoints how often one couldn't be emptied
 * @param bytes of records that a start would have to do again
 */
public record LogReadings(
    LongSupplier records,
    LongSupplier flushes,
    LongSupplier failedFlushes,
    LongSupplier checkpoints,
    LongSupplier failedCheckpoints,
    LongSupplier bytes) {}
