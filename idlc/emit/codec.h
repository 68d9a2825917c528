/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the printers of put and get share.
 */
#ifndef IDLC_EMIT_CODEC_H
#define IDLC_EMIT_CODEC_H

#include "idlc/emit/emit.h"

/* What a function's code needs beside its parameters. */
struct codec_uses {
	bool bytes;	/* p */
	bool word;
	bool number;
	bool mem;
	bool flags;
	bool arena;
	bool secret;
	bool value;
};

/*
 * One function being printed.
 *
 * def      whose; NULL: of a declaration without a definition
 * flat     it is one operation and works on w->at or r->at; else it takes and
 *          gives the cursor p (oxdr/put.h, oxdr/get.h)
 * nodes    it takes its memory by oxdr_nodes_take
 * in_arm   inside a switch of a loop
 * first    its first declaration; NULL: v is a parameter
 */
struct codec {
	struct emit *e;
	struct out *o;
	const struct idlc_def *def;
	const char *first;
	enum plan_way way;
	struct codec_uses uses;
	bool flat;
	bool nodes;
	bool in_arm;
};

/* Variables of the function, and (void) for parameters without a use. */
void codec_declare(struct codec *c, const struct plan_body *body);

/* "p = CALL; if (!p) return NULL;", or "return CALL;". */
void codec_call(struct codec *c, const char *call, bool last);

/* "return ...;" after which the function has failed: "OXDR_E_BOOL". */
const char *codec_refuse(const struct codec *c, const char *code);

/* A run; returns whether it has returned from the function. */
bool codec_run(struct codec *c, const struct plan_op *op, bool last);

/* The checks that stores need beforehand, and stores or loads at `base`. */
void codec_checks(struct codec *c, const struct plan_slot *slots);
void codec_slots(struct codec *c, const struct plan_slot *slots,
    const char *base);

#endif
