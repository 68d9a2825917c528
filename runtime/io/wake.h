/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waking a loop from elsewhere: an eventfd.
 */
#ifndef ORPC_IO_WAKE_H
#define ORPC_IO_WAKE_H

/* A descriptor to watch for reading, or -ORPC_E_SYSTEM. */
int orpc_i_wake_open(void);

/* Makes it readable.  Threads: any; also from a signal handler (keeps
 * errno). */
void orpc_i_wake_ring(int fd);

/* Makes it quiet again. */
void orpc_i_wake_drain(int fd);

#endif
