/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What only the plan can see is wrong with a schema: it knows sizes.
 */
#include "idlc/plan/plan.h"

#include <stdio.h>

#include "idlc/plan/facts.h"

enum {
	EMPTY_ELEMENTS_MAX = 65536,	/* of an array whose elements take no
					   bytes of the message */
};

/* Largest value in C; offsets and sizes of tables are 32 bits wide. */
#define C_SIZE_MAX INT32_MAX

struct check {
	const struct plan *plan;
	idlc_finding_fn *on_finding;
	void *ctx;
	unsigned n;
};

static void
report(struct check *c, const char *code, const struct idlc_pos *pos,
    const char *text, const char *help)
{
	struct idlc_finding note = {
		.severity = IDLC_HELP, .text = help,
	};
	struct idlc_finding finding = {
		.severity = IDLC_ERROR, .code = code, .pos = *pos,
		.text = text, .children = help ? &note : NULL,
	};

	c->n++;
	if (c->on_finding)
		c->on_finding(c->ctx, &finding);
}

static void
check_decl(struct check *c, const struct idlc_decl *decl)
{
	struct idlc_decl elem = { .type = decl->type, .shape = IDLC_PLAIN };
	struct plan_facts facts;
	char text[160];

	plan_decl(c->plan, decl, &facts);
	if (decl->shape == IDLC_FIXED && facts.c_size > C_SIZE_MAX) {
		snprintf(text, sizeof(text), "an array of %u elements would"
		    " take more than 2 GiB", decl->bound);
		report(c, "E0601", &decl->pos, text,
		    "a variable array, '<>' instead of '[]', holds what is"
		    " there");
	}
	if (decl->shape != IDLC_VARIABLE || decl->type.wire == IDLC_STRING ||
	    decl->type.wire == IDLC_OPAQUE)
		return;
	plan_decl(c->plan, &elem, &facts);
	if (facts.wire_min == 0 && decl->bound > EMPTY_ELEMENTS_MAX)
		report(c, "E0602", &decl->pos, "elements that may take no"
		    " bytes need a bound of at most 65536",
		    "else a message of a few bytes could ask for gigabytes of"
		    " memory");
}

static void
check_def(struct check *c, const struct idlc_def *def)
{
	struct plan_cursor cursor = { NULL, NULL, false };
	const struct idlc_decl *decl;
	unsigned before = c->n;

	while ((decl = plan_next_decl(def, &cursor)))
		if (decl->type.wire != IDLC_VOID)
			check_decl(c, decl);
	if (c->n == before && plan_type(def)->c_size > C_SIZE_MAX)
		report(c, "E0601", &def->pos,
		    "a value of this type would take more than 2 GiB", NULL);
}

unsigned
plan_check(const struct plan *plan, idlc_finding_fn *on_finding, void *ctx)
{
	struct check c = {
		.plan = plan, .on_finding = on_finding, .ctx = ctx,
	};

	for (const struct idlc_def *d = plan->schema->defs; d; d = d->next)
		if (plan_node(d) && !(d->flags & (IDLC_DEF_IMPORTED |
		    IDLC_DEF_NOTHING)))
			check_def(&c, d);
	return c.n;
}
