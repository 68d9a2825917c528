/* SPDX-License-Identifier: BSD-3-Clause */
#include "idlc/front/tree.h"
void idlc_i_check(struct front *f) { (void)f; }
