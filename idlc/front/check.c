/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules that need the whole tree: each is a function of its own, and the
 * table says to which definitions it applies.  Definitions of other files are
 * those files' business; only their sizes are needed here.
 */
#include "idlc/front/check.h"

#include "xdr/base.h"

#define ON(kind) (1u << (kind))
#define ON_TYPES (ON(IDLC_ENUM) | ON(IDLC_STRUCT) | ON(IDLC_UNION) | \
	ON(IDLC_TYPEDEF))
#define ON_ALL (ON_TYPES | ON(IDLC_CONST) | ON(IDLC_PROGRAM))

static const struct {
	rule_fn *rule;
	unsigned kinds;
} rules[] = {
	{ idlc_i_rule_discriminant, ON(IDLC_UNION) },
	{ idlc_i_rule_cases, ON(IDLC_UNION) },
	{ idlc_i_rule_coverage, ON(IDLC_UNION) },
	{ idlc_i_rule_members, ON(IDLC_STRUCT) | ON(IDLC_UNION) },
	{ idlc_i_rule_keywords, ON_ALL },
	{ idlc_i_rule_reserved, ON_ALL },
	{ idlc_i_rule_versions, ON(IDLC_PROGRAM) },
	{ idlc_i_rule_procedures, ON(IDLC_PROGRAM) },
	{ idlc_i_rule_arguments, ON(IDLC_PROGRAM) },
	{ idlc_i_rule_program_number, ON(IDLC_PROGRAM) },
	{ idlc_i_rule_stubs, ON(IDLC_PROGRAM) },
	{ idlc_i_rule_tags, ON_ALL },
};

void
idlc_i_check(struct front *f)
{
	idlc_i_words_known(f);
	for (const struct idlc_def *d = f->defs.head; d && !f->nomem && !f->stop;
	     d = d->next) {
		idlc_i_rule_sizes(f, d);
		if (d->flags & (IDLC_DEF_IMPORTED | IDLC_DEF_NOTHING))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(rules); i++)
			if (rules[i].kinds & ON(d->kind))
				rules[i].rule(f, d);
	}
}
