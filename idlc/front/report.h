/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How the stages report: a finding, then what hangs below it.  Findings are
 * collected and handed to the caller's sink in source order at the end.
 */
#ifndef IDLC_FRONT_REPORT_H
#define IDLC_FRONT_REPORT_H

#include "idlc/front/front.h"

#define PRINTF(text, first) __attribute__((format(printf, text, first)))

/* Findings kept; behind the last, reading stops. */
#define REPORT_MAX_FINDINGS 10000
/* Undefined names for which a similar one is searched. */
#define REPORT_MAX_SUGGESTIONS 100

/* An error.  pos NULL: of no place in a file. */
void idlc_i_error(struct front *f, enum code code, const struct idlc_pos *pos,
    const char *format, ...) PRINTF(4, 5);

/* A warning, if it is on; notes to one that is off are dropped. */
void idlc_i_warn(struct front *f, enum code code, const struct idlc_pos *pos,
    const char *format, ...) PRINTF(4, 5);

/* An error, but for rpcgen's dialect without --strict a warning (-Wstrict):
 * what rpcgen lets pass and can work. */
void idlc_i_tolerate(struct front *f, enum code code,
    const struct idlc_pos *pos, const char *format, ...) PRINTF(4, 5);

/* The other place that the finding is about. */
void idlc_i_note(struct front *f, const struct idlc_pos *pos,
    const char *format, ...) PRINTF(3, 4);

/* What to do about it. */
void idlc_i_help(struct front *f, const char *format, ...) PRINTF(2, 3);

/* What to do about it, as text that replaces the range of pos. */
void idlc_i_fix(struct front *f, const struct idlc_pos *pos, const char *fix,
    const char *format, ...) PRINTF(4, 5);

/* Reads options->warnings. */
void idlc_i_report_begin(struct front *f);

/* Hands everything over, in source order. */
void idlc_i_report_end(struct front *f);

/*
 * The name nearest to `text` among those that `take` gives (NULL ends them),
 * if it is near enough to be a slip; NULL otherwise.
 */
const char *idlc_i_nearest(const char *text, const char *(*take)(void *ctx),
    void *ctx);

#endif
