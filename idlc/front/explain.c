/* SPDX-License-Identifier: BSD-3-Clause */
#include "idlc/front/front.h"
const char *idlc_explain(const char *code) { (void)code; return NULL; }
