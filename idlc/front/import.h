/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names that other files define.
 */
#ifndef IDLC_FRONT_IMPORT_H
#define IDLC_FRONT_IMPORT_H

#include "idlc/front/front.h"

/*
 * Looks for a name in the .x files behind %#include lines, then among what
 * libtirpc's headers define.  Reads each file once; what it defines becomes
 * known, but nothing that is known already changes.
 *
 * type   a type is wanted; else a constant
 */
void idlc_i_import(struct front *f, const struct atom *name, bool type);

/* Makes the definitions of a list known and names the anonymous ones. */
void idlc_i_declare(struct front *f, struct def_list *list);

#endif
