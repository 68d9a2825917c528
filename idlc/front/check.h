/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules, by what they are about.  A rule looks at one definition and
 * reports what it finds wrong; it may rely on names, numbers and order.
 */
#ifndef IDLC_FRONT_CHECK_H
#define IDLC_FRONT_CHECK_H

#include "idlc/front/tree.h"

typedef void rule_fn(struct front *f, const struct idlc_def *def);

/* check_union.c */
rule_fn idlc_i_rule_discriminant;
rule_fn idlc_i_rule_cases;
rule_fn idlc_i_rule_coverage;

/* check_names.c; first the words of C among the file's names are marked */
void idlc_i_words_known(struct front *f);
rule_fn idlc_i_rule_members;
rule_fn idlc_i_rule_keywords;
rule_fn idlc_i_rule_reserved;

/* check_size.c; in the order of output: each relies on those before. */
rule_fn idlc_i_rule_sizes;

/* check_program.c */
rule_fn idlc_i_rule_versions;
rule_fn idlc_i_rule_procedures;
rule_fn idlc_i_rule_arguments;
rule_fn idlc_i_rule_program_number;
rule_fn idlc_i_rule_stubs;

/* check_tags.c */
rule_fn idlc_i_rule_tags;

#endif
