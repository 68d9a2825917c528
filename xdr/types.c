/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tables of the types that every schema uses and none defines.
 */
#include <stdbool.h>

#include <oxdr/type.h>

#define SCALAR(kind_, ctype, wire) { \
	.kind = kind_, .align = _Alignof(ctype), .flags = OXDR_TYPE_FLAT, \
	.size = sizeof(ctype), .wire_min = wire, .wire_max = wire }

const struct oxdr_type oxdr_type_void = {
	.kind = OXDR_VOID, .align = 1, .flags = OXDR_TYPE_FLAT,
};
const struct oxdr_type oxdr_type_int8 = SCALAR(OXDR_INT, int8_t, 4);
const struct oxdr_type oxdr_type_uint8 = SCALAR(OXDR_UINT, uint8_t, 4);
const struct oxdr_type oxdr_type_int16 = SCALAR(OXDR_INT, int16_t, 4);
const struct oxdr_type oxdr_type_uint16 = SCALAR(OXDR_UINT, uint16_t, 4);
const struct oxdr_type oxdr_type_int32 = SCALAR(OXDR_INT, int32_t, 4);
const struct oxdr_type oxdr_type_uint32 = SCALAR(OXDR_UINT, uint32_t, 4);
const struct oxdr_type oxdr_type_int64 = SCALAR(OXDR_HYPER, int64_t, 8);
const struct oxdr_type oxdr_type_uint64 = SCALAR(OXDR_UHYPER, uint64_t, 8);
const struct oxdr_type oxdr_type_float = SCALAR(OXDR_FLOAT, float, 4);
const struct oxdr_type oxdr_type_double = SCALAR(OXDR_DOUBLE, double, 8);
const struct oxdr_type oxdr_type_quad =
    SCALAR(OXDR_QUADRUPLE, struct oxdr_quad, 16);
const struct oxdr_type oxdr_type_bool = SCALAR(OXDR_BOOL, bool, 4);
const struct oxdr_type oxdr_type_string = {
	.kind = OXDR_STRING, .align = _Alignof(char *), .size = sizeof(char *),
	.max = UINT32_MAX, .wire_min = 4, .wire_max = OXDR_UNBOUNDED,
	.ratio = 1,
};
