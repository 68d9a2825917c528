/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder's journal: every change of the registry that was answered TRUE,
 * so that a restart knows what the last run knew.
 */
#ifndef ORPC_BINDER_JOURNAL_H
#define ORPC_BINDER_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <orpc/error.h>

#include "runtime/binder/registry.h"

struct orpc_i_journal;

/* One change.  Strings are borrowed. */
struct orpc_i_change {
	bool set;			/* else: removed */
	uint32_t program;
	uint32_t version;
	const char *netid;
	const char *uaddr;		/* "" when removed */
	struct orpc_i_owner owner;
};

typedef void orpc_i_change_fn(void *ctx, const struct orpc_i_change *change);

/*
 * Opens a journal or makes one, and hands out its changes in order.  A tail
 * that was cut or damaged is passed over (and counted); what was written
 * before the machine booted is forgotten.
 *
 * path     a regular file of ours that others may not write; symbolic links
 *          are refused; locked while open
 * damaged  bytes that made no sense
 *
 * Returns 0, -OXDR_E_NOMEM, -ORPC_E_SYSTEM (errno kept), -ORPC_E_DENIED,
 * -ORPC_E_BUSY (another binder has it).
 */
int orpc_i_journal_open(const char *path, orpc_i_change_fn *on_change,
    void *ctx, size_t *out_damaged, struct orpc_i_journal **out);
void orpc_i_journal_close(struct orpc_i_journal *j);

/* Appends a change in memory: 0 or -OXDR_E_NOMEM, -OXDR_E_LIMIT. */
int orpc_i_journal_add(struct orpc_i_journal *j,
    const struct orpc_i_change *change);

/* Where the added changes stand, and back to there: takes back what was added
 * since and not synced. */
size_t orpc_i_journal_mark(const struct orpc_i_journal *j);
void orpc_i_journal_rewind(struct orpc_i_journal *j, size_t mark);

/*
 * Brings what was added to the disk.  Returns 0: it is there; -ORPC_E_SYSTEM
 * (errno kept): none of it is, and the journal is as before.
 */
int orpc_i_journal_sync(struct orpc_i_journal *j);

/* Is most of the file history?  live: registrations there are. */
bool orpc_i_journal_is_bloated(const struct orpc_i_journal *j, size_t live);

/*
 * Replaces the journal by one that holds the registry as it is (all but the
 * binder's own entries), at once or not at all.  0, -ORPC_E_SYSTEM,
 * -OXDR_E_NOMEM.
 */
int orpc_i_journal_rewrite(struct orpc_i_journal *j,
    const struct orpc_i_registry *registry);

#endif
