/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Something to start from: a sample client and server, and a Makefile.
 */
#ifndef IDLC_EMIT_SKELETON_H
#define IDLC_EMIT_SKELETON_H

#include "idlc/emit/emit.h"

void emit_sample_client(struct emit *e, struct out *o);
void emit_sample_server(struct emit *e, struct out *o);

/*
 * Opens dir/client.c, dir/server.c, dir/Makefile and a copy of the input;
 * makes dir if it is missing.  Refuses to overwrite.
 *
 * Returns 0, or 2 after a line on standard error.
 */
int skeleton_write(struct emit *e, struct outputs *outputs, const char *dir,
    const char *input);

/*
 * Prints what a zeroed value lacks to be encodable: strings that are not
 * NULL, enums that are declared, unions with an arm.  Returns whether that is
 * anything; o NULL: only asks.
 */
bool put_plain(struct emit *e, struct out *o, const char *at,
    const struct idlc_decl *decl, unsigned depth);

#endif
