/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What make must know: which outputs depend on which inputs, and rules.
 */
#ifndef IDLC_EMIT_MAKEDEP_H
#define IDLC_EMIT_MAKEDEP_H

#include <stddef.h>

#include "idlc/emit/out.h"

/* Dependencies collected during a run; zero is valid. */
struct makedep {
	char **outputs;
	char **inputs;
	size_t n_outputs;
	size_t n_inputs;
};

/* Both copy what they are given; files ends with NULL. */
void makedep_output(struct makedep *dep, const char *path);
void makedep_input(struct makedep *dep, const char *const *files);

/*
 * The rule, and an empty one for each input, so that a deleted one does not
 * stop make.  target stands for the outputs; NULL: they are named themselves.
 */
void makedep_print(const struct makedep *dep, struct out *o,
    const char *target);
void makedep_fini(struct makedep *dep);

/* Rules for a makefile that builds the outputs, called stem..., from the
 * input. */
void makedep_fragment(const struct makedep *dep, struct out *o,
    const char *stem, const char *input);

#endif
