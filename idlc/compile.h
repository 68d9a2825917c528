/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What idlc does with its input files.
 */
#ifndef IDLC_COMPILE_H
#define IDLC_COMPILE_H

#include "idlc/options.h"

/*
 * Does what options->verb says, for the verbs that have input files.
 *
 * Returns the exit status: 0 done, 1 errors in the input (nothing written),
 * 2 a file that can't be read or written.
 */
int compile_run(const struct options *options);

#endif
