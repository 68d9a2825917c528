/* SPDX-License-Identifier: BSD-3-Clause */
#include "hand.h"

bool_t
xdr_stamp(XDR *xdrs, stamp *when)
{
	int64_t s = when->tv_sec;
	int32_t ns = (int32_t)when->tv_nsec;

	if (!xdr_int64_t(xdrs, &s) || !xdr_int32_t(xdrs, &ns))
		return FALSE;
	when->tv_sec = s;
	when->tv_nsec = ns;
	return TRUE;
}
