/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An outside preprocessor (--cpp=CMD).
 */
#ifndef IDLC_FRONT_OUTSIDE_H
#define IDLC_FRONT_OUTSIDE_H

#include "idlc/front/front.h"

/*
 * Runs options->cpp_command on a file, with the options for the output symbol
 * and what -D, -U and -I give, and takes its output as the source.  %-lines
 * of the file itself do not pass through the command: they are hidden from it
 * and put back.  NULL: a finding says why, or there is no memory.
 */
struct source *idlc_i_outside(struct front *f, const struct source *input);

#endif
