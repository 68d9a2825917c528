/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The diagnostics by name; codes.def lists them.
 */
#ifndef IDLC_FRONT_CODES_H
#define IDLC_FRONT_CODES_H

#include <stddef.h>

enum code {
#define ERROR(name, code) name,
#define WARNING(name, code, flag, on) name,
#include "idlc/front/codes.def"
#undef ERROR
#undef WARNING
	IDLC_N_CODES
};

/*
 * What the library knows of a diagnostic.  flag: the -W name, NULL for
 * errors.
 */
struct idlc_code_info {
	const char *code;
	const char *flag;
	unsigned on;		/* CODE_ON_... */
};

#define CODE_ON_NATIVE 1u
#define CODE_ON_RPCGEN 2u

extern const struct idlc_code_info idlc_i_codes[IDLC_N_CODES];

#endif
