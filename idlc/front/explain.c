/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The long explanations, for `idlc --explain CODE`: what the rule is, why it
 * is there, and how to write it.
 */
#include <string.h>

#include <idlc/idl.h>

#include "idlc/front/codes.h"

static const char *const texts[IDLC_N_CODES] = {
	[E_READ] =
	    "A file can't be read: it does not exist, is a directory, is\n"
	    "over 1 GiB, or the system refuses. What is included must be an\n"
	    "ordinary file; the input itself may also be standard input\n"
	    "(\"-\") or a pipe.\n",
	[E_INCLUDE] =
	    "#include names a file that is in none of the directories\n"
	    "searched: for \"FILE\" the one of the including file, then those\n"
	    "of -I in their order, then the system's; for <FILE> all but\n"
	    "the first.\n"
	    "\n"
	    "    idlc -I ../protocol vote.x\n",
	[E_INCLUDE_DEPTH] =
	    "Files include each other without end, or more than 20000 files\n"
	    "are included. Guard a file that is included from several\n"
	    "places:\n"
	    "\n"
	    "    #ifndef COMMON_X\n"
	    "    #define COMMON_X\n"
	    "    ...\n"
	    "    #endif\n"
	    "\n"
	    "or write '#pragma once' into it.\n",
	[E_TOO_LARGE] =
	    "With all that is included and expanded the input is over 1\n"
	    "GiB.\n",
	[E_CONDITION_OPEN] =
	    "An #if, #ifdef or #ifndef has no #endif in the same file.\n",
	[E_CONDITION_STRAY] =
	    "An #else, #elif or #endif has no #if before it in the same\n"
	    "file, or stands behind the #else of the same #if.\n",
	[E_DIRECTIVE] =
	    "A line starts with '#' and a word that is no directive. Known\n"
	    "are #include, #define, #undef, #if, #ifdef, #ifndef, #elif,\n"
	    "#elifdef, #elifndef, #else, #endif, #line, #error, #warning\n"
	    "and #pragma.\n"
	    "\n"
	    "A line that is meant for the C compiler starts with '%':\n"
	    "\n"
	    "    %#include <sys/time.h>\n",
	[E_DIRECTIVE_FORM] =
	    "A preprocessor directive lacks what it needs: #define, #undef,\n"
	    "#ifdef and #ifndef a name; #include \"FILE\" or <FILE>; a line\n"
	    "marker a line number.\n",
	[E_CONDITION] =
	    "The condition of an #if or #elif is no integer expression of\n"
	    "C. Names that are no macros count as 0; 'defined NAME' says\n"
	    "whether there is one.\n"
	    "\n"
	    "    #if defined(RPC_HDR) && LEVEL >= 2\n",
	[E_ERROR] =
	    "The input has an #error directive that is reached.\n",
	[E_MACRO_USE] =
	    "A function-like macro is used with too few or too many\n"
	    "arguments, or its closing parenthesis is missing.\n",
	[E_MACRO_SIZE] =
	    "Macros expand to more than a million tokens, or are nested\n"
	    "more than 500 deep.\n",
	[E_CPP_COMMAND] =
	    "The preprocessor given by --cpp could not be started or\n"
	    "failed. Without --cpp idlc preprocesses by itself.\n",
	[E_TOO_MANY] =
	    "Ten thousand findings were reported; the rest of the input is\n"
	    "not read.\n",
	[E_CHARACTER] =
	    "A character that no token of the language starts with. Names\n"
	    "and keywords are made of ASCII letters, digits and '_';\n"
	    "comments may hold any text.\n",
	[E_COMMENT] =
	    "A comment that starts with '/*' has no '*/'. Comments do not\n"
	    "nest.\n",
	[E_QUOTE] =
	    "A string or character constant has no closing quote on its\n"
	    "line.\n",
	[E_NUMBER] =
	    "A number is decimal (first digit not 0, '-' before it if\n"
	    "negative), hexadecimal (0x and digits) or octal (0 and digits\n"
	    "0 to 7); see RFC 4506 section 6.2. It has no suffix, no point\n"
	    "and no exponent.\n"
	    "\n"
	    "    const A = 0xff;     right\n"
	    "    const B = 0XFF;     wrong: '0x' is lower case\n"
	    "    const C = 089;      wrong: 8 and 9 are no octal digits\n",
	[E_NUMBER_RANGE] =
	    "A number is outside -9223372036854775808 to\n"
	    "18446744073709551615 and fits no type of the language.\n",
	[E_DEPTH] =
	    "Definitions are nested more than 100 levels deep. Give inner\n"
	    "ones a name and define them on their own.\n",
	[E_SYNTAX] =
	    "A token stands where the grammar (RFC 4506 section 6.3, RFC\n"
	    "5531 section 12.2) has no place for it. The message says what\n"
	    "could stand there; often the mistake is just before: a missing\n"
	    "';', '}' or name.\n",
	[E_SEMICOLON] =
	    "Each definition, member and procedure ends with ';', also\n"
	    "behind a '}':\n"
	    "\n"
	    "    struct point {\n"
	    "        int x;\n"
	    "        int y;\n"
	    "    };\n",
	[E_KEYWORD] =
	    "Keywords can't be names: bool case const default double enum\n"
	    "float hyper int opaque program quadruple string struct switch\n"
	    "typedef union unsigned version void. 'program' and 'version'\n"
	    "are reserved by RFC 5531 section 12.2 also where no program is\n"
	    "defined.\n",
	[E_EXPRESSION] =
	    "Constants are numbers or names of constants. The language has\n"
	    "no operators: write the result.\n"
	    "\n"
	    "    const HEADER = 16;\n"
	    "    const RECORD = 48;      not HEADER * 3\n"
	    "\n"
	    "#define can compute for the preprocessor only.\n",
	[E_SIGN] =
	    "'-' is a part of a decimal number: no blank between them.\n"
	    "\n"
	    "    const A = -1;\n",
	[E_LONG_LONG] =
	    "The integer of 64 bits is called 'hyper', without sign\n"
	    "'unsigned hyper'.\n",
	[E_EMPTY] =
	    "A struct needs a member, an enum a value, a union a case, a\n"
	    "program a version and a version a procedure. Where there is\n"
	    "nothing to send, use void: as an arm of a union, or as\n"
	    "argument or result of a procedure.\n",
	[E_UNION_SWITCH] =
	    "A union on the wire says first which arm follows (RFC 4506\n"
	    "section 4.15):\n"
	    "\n"
	    "    union result switch (int status) {\n"
	    "    case 0:\n"
	    "        string text<>;\n"
	    "    default:\n"
	    "        void;\n"
	    "    };\n",
	[E_DECLARATORS] =
	    "One declaration declares one name.\n"
	    "\n"
	    "    int x;\n"
	    "    int y;              not 'int x, y;'\n",
	[E_NAMED_BODY] =
	    "A definition inside another one has no name of its own (RFC\n"
	    "4506 section 6.3). Leave the name out, or define it before:\n"
	    "\n"
	    "    struct inner { int a; };\n"
	    "    struct outer { inner i; };\n",
	[E_SIZE_MISSING] =
	    "'[N]' declares an array of exactly N elements. One of any\n"
	    "number of elements is 'int a<>', one of at most N 'int a<N>'.\n",
	[E_DIMENSIONS] =
	    "Arrays have one dimension. For more, name the inner one:\n"
	    "\n"
	    "    typedef int row[3];\n"
	    "    typedef row matrix[2];\n",
	[E_STRING_SHAPE] =
	    "A string has a length of its own, up to a limit: 'string\n"
	    "s<32>' or 'string s<>'. There is none of fixed size; bytes of\n"
	    "fixed number are 'opaque s[32]'.\n",
	[E_OPAQUE_SHAPE] =
	    "Opaque data has a size: 'opaque id[16]' exactly, 'opaque\n"
	    "data<1024>' at most, 'opaque data<>' any number of bytes. As\n"
	    "argument or result it needs a name by typedef.\n",
	[E_POINTER] =
	    "'T *x' means: there may be a T or none (optional data, RFC\n"
	    "4506 section 4.19). It is not C's pointer: there are no\n"
	    "pointers to pointers, no arrays of pointers, and no pointers\n"
	    "to string or opaque unless these have a name:\n"
	    "\n"
	    "    typedef string text<>;\n"
	    "    struct s { text *maybe; };\n",
	[E_VOID] =
	    "'void' stands alone: as an arm of a union, as the result, or\n"
	    "as the only argument of a procedure. It is no type for a\n"
	    "member.\n",
	[E_NAME_MISSING] =
	    "A declaration is a type and a name, in this order.\n",
	[E_NO_CASE] =
	    "A union needs at least one 'case' beside the default (RFC 4506\n"
	    "section 4.15).\n",
	[E_DEFAULT_PLACE] =
	    "The default is the last arm of a union (RFC 4506 section\n"
	    "4.15).\n",
	[E_DEFAULT_TWICE] =
	    "A union has at most one default.\n",
	[E_ARM_TWICE] =
	    "A case has one declaration. Several values need a struct:\n"
	    "\n"
	    "    struct pair { int a; int b; };\n"
	    "    union u switch (int d) { case 1: pair p; };\n",
	[E_ARGUMENT] =
	    "An argument is a type, with a name if you like. An array needs\n"
	    "a name by typedef; strings are the exception: 'string' and\n"
	    "'string<N>' may be used.\n"
	    "\n"
	    "    typedef int numbers<100>;\n"
	    "    int SUM(numbers) = 1;\n",
	[E_RESULT] =
	    "A result that may be absent needs a name by typedef:\n"
	    "\n"
	    "    typedef point *maybe_point;\n"
	    "    maybe_point FIND(string) = 1;\n",
	[E_ONEWAY] =
	    "Properties of procedures are tags in a doc comment, so that\n"
	    "the file stays valid for other compilers:\n"
	    "\n"
	    "    /** @oneway */\n"
	    "    void LOG(string) = 1;\n",
	[E_REDEFINED] =
	    "Types, constants, enumerators and programs share one name\n"
	    "space (RFC 4506 section 6.4(3), RFC 5531 section 12.3(4)):\n"
	    "each name is defined once. TRUE and FALSE are predefined.\n",
	[E_TYPE_UNKNOWN] =
	    "A type is used that is not defined. Definitions may come in\n"
	    "any order, but must be in this file, in one that it includes,\n"
	    "or in OTHER.x where the file says '%#include \"OTHER.h\"' and\n"
	    "OTHER.x is on the include path.\n"
	    "\n"
	    "With --rpcgen a type may also come from your C code: type NAME\n"
	    "and function xdr_NAME; then it is no error.\n",
	[E_CONST_UNKNOWN] =
	    "A constant is used that is not defined: by const, as a value\n"
	    "of an enum, or by '%#define NAME NUMBER'.\n",
	[E_MEMBER_TWICE] =
	    "Members of a struct, arms of a union and arguments of a\n"
	    "procedure have different names (RFC 4506 section 6.4(2)).\n",
	[E_NOT_TYPE] =
	    "The name of a constant or program stands where a type is\n"
	    "needed.\n",
	[E_NOT_CONST] =
	    "The name of a type or program stands where a constant is\n"
	    "needed.\n",
	[E_CONST_LATER] =
	    "A constant or a value of an enum is computed from one that is\n"
	    "defined further down, or from itself. Move that definition up.\n",
	[E_PROC_TWICE] =
	    "Procedures of one version have different names (RFC 5531\n"
	    "section 12.3(3)).\n",
	[E_PREFIX] =
	    "'struct', 'union' or 'enum' stands before the name of\n"
	    "something else. The word may be left out.\n",
	[E_CLASH] =
	    "Two different names become the same name in C: procedure names\n"
	    "are used in lower case, keywords of C get a '_', a union\n"
	    "called u has a member u_u. In rpcgen's C the functions of a\n"
	    "procedure are called NAME_VERSION, whatever program it is in.\n",
	[E_LIBRARY_TYPE] =
	    "Names such as int32_t or u_int are types of the C library.\n"
	    "Defining one as what it is does no harm; as something else it\n"
	    "can't work in C.\n",
	[E_VERSION_TWICE] =
	    "Versions of one program have different names (RFC 5531 section\n"
	    "12.3(2)).\n",
	[E_SIZE_NEGATIVE] =
	    "The size of an array is not negative (RFC 4506 section\n"
	    "6.4(2)).\n",
	[E_SIZE_RANGE] =
	    "A size or limit is at most 4294967295, as the wire has 32 bits\n"
	    "for it. Without limit write '<>'.\n",
	[E_ENUM_RANGE] =
	    "Values of an enum are integers of 32 bits with sign:\n"
	    "-2147483648 to 2147483647 (RFC 4506 section 4.3). 0xFFFFFFFF\n"
	    "is 4294967295 and does not fit: write -1.\n",
	[E_NUMBER_U32] =
	    "Numbers of programs, versions and procedures are 0 to\n"
	    "4294967295 (RFC 5531 section 12.3(5)).\n",
	[E_STRING_VALUE] =
	    "The constant is a string and can't be used as a number.\n",
	[E_CASE_TWICE] =
	    "Two cases of a union have the same value (RFC 4506 section\n"
	    "6.4(5)), perhaps spelled differently or through different\n"
	    "names.\n",
	[E_CASE_VALUE] =
	    "A case is no value that the discriminant can have (RFC 4506\n"
	    "section 6.4(5)): outside its 32 bits, or not in its enum. An\n"
	    "enum whose doc comment says @open takes any value.\n",
	[E_DISCRIMINANT] =
	    "A union is switched by an int, unsigned int, bool or enum (RFC\n"
	    "4506 section 4.15), or by a typedef of one.\n",
	[E_INFINITE] =
	    "A type contains itself by value, so it would never end. Make\n"
	    "one link optional or an array of variable size:\n"
	    "\n"
	    "    struct node { int v; node *next; };\n",
	[E_FIXED_SIZE] =
	    "An array of fixed size is always sent whole; this one is\n"
	    "larger than a message can be.\n",
	[E_EMPTY_ELEMENT] =
	    "The elements of this array take no bytes on the wire, so four\n"
	    "bytes could claim four billion of them. Give the array a limit\n"
	    "of at most 65536.\n",
	[E_NUMBER_TWICE] =
	    "Two programs of a file, versions of a program or procedures of\n"
	    "a version have the same number (RFC 5531 section 12.3).\n",
	[E_TAG] =
	    "A tag of a doc comment is not of the form it needs:\n"
	    "\n"
	    "    @deadline 500ms     or ns, us, s, m\n"
	    "    @max 1024\n"
	    "    @http GET /votes\n"
	    "\n"
	    "or contradicts its item: a @oneway procedure has a void\n"
	    "result.\n",
	[W_TRAILING_COMMA] =
	    "A comma behind the last value of an enum. idlc takes it; the\n"
	    "RFC and rpcgen do not.\n",
	[W_EXTRA_SEMICOLON] =
	    "A ';' that ends nothing. idlc takes it; the RFC and rpcgen do\n"
	    "not.\n",
	[W_ZERO_SIZE] =
	    "An array of no elements is legal on the wire, but C has none:\n"
	    "the member is left out of the struct.\n",
	[W_LARGE] =
	    "An array of fixed size takes over 64 MiB in every message,\n"
	    "more than a decoder allows by default.\n",
	[W_ENUM_COVERED] =
	    "A union without default has no case for a value of its enum or\n"
	    "bool. Such a value can be neither sent nor received.\n",
	[W_UNBOUNDED] =
	    "An argument holds an array or string without limit. A limit,\n"
	    "'<N>' or the tag @max N, keeps a server safe from requests\n"
	    "that only cost memory.\n",
	[W_LOWER_CASE] =
	    "Two names differ only in upper and lower case and meet where C\n"
	    "names are made.\n",
	[W_C_KEYWORD] =
	    "A name is a keyword of C. In the generated code a '_' is put\n"
	    "behind it; on the wire nothing changes.\n",
	[W_CXX_KEYWORD] =
	    "A name is a keyword of C++ or of C23. C code of older\n"
	    "standards can use it as it is; elsewhere a '_' is put behind\n"
	    "it.\n",
	[W_UNKNOWN_TAG] =
	    "A line of a doc comment starts with '@' and a word that is no\n"
	    "tag. Tags are @deadline @deprecated @file @http @idempotent\n"
	    "@max @oneway @open @secret; see idl(5).\n",
	[W_TAG_PLACE] =
	    "A tag stands at an item that it says nothing about: @open\n"
	    "belongs to an enum; @idempotent, @oneway, @deadline and @http\n"
	    "to a procedure; @secret to a member; @max to a member of\n"
	    "variable size without limit.\n",
	[W_SHADOW] =
	    "An arm of a union has the name of the discriminant. It works,\n"
	    "as the arms are in a union of their own in C, but is easily\n"
	    "misread.\n",
	[W_BOOL_CASE] =
	    "A case of a bool is written as 0 or 1; TRUE and FALSE say what\n"
	    "is meant.\n",
	[W_PROGRAM_ZERO] =
	    "Program number 0 is reserved (RFC 5531 section 13). For\n"
	    "programs of your own there is 0x20000000 to 0x3fffffff.\n",
	[W_RESERVED] =
	    "A type has a name that belongs to an RPC library: its header\n"
	    "and the generated one can't be included in the same file.\n",
	[W_USER_TYPE] =
	    "With --rpcgen: a type is not defined here, so your C code must\n"
	    "define it and a function xdr_NAME for it.\n",
	[W_USER_CONST] =
	    "With --rpcgen: a constant is not defined here, so your C code\n"
	    "must define it.\n",
	[W_MACRO_REDEFINED] =
	    "A macro is defined again as something else, without #undef\n"
	    "between.\n",
	[W_WARNING] =
	    "The input has a #warning directive that is reached.\n",
	[W_UNREACHABLE] =
	    "Every value of the discriminant has a case, so the default arm\n"
	    "is never selected: an enum's undeclared values are refused,\n"
	    "unless it is @open.  A 'default: void;' behind all values of an\n"
	    "enum is not reported, as it may be meant for values to come.\n"
	    "Remove the default.\n",
	[W_OPTION] =
	    "-W names a warning that does not exist.\n",
	[W_STRICT] =
	    "With --rpcgen: something that the language forbids, but that\n"
	    "rpcgen lets pass and that can work. --strict makes it an\n"
	    "error; the code says which rule it is.\n",
	[W_IMPORT] =
	    "With --rpcgen: a name is not defined here, and the file that\n"
	    "could define it ('other.x', for a line '%#include \"other.h\"')\n"
	    "has errors. rpcgen never reads that file, so it is no error\n"
	    "here; but what the file defines stays unknown, as if your C\n"
	    "code supplied it.\n",
};

const char *
idlc_explain(const char *code)
{
	for (unsigned i = 0; i < IDLC_N_CODES; i++)
		if (strcmp(idlc_i_codes[i].code, code) == 0)
			return texts[i];
	return NULL;
}
