/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The grammar: RFC 4506 section 6.3 and RFC 5531 section 12.2, quoted above
 * each rule, with what rpcgen adds.  Where people err often, the rules take
 * the error in and name it (idlc_i_wrong, or the checks of ast.c): a message
 * about what was meant beats one about a token.  Everything else is reported
 * by yyreport_syntax_error (syntax.c) and recovered from at the end of the
 * member or definition.  Actions build nodes and nothing else.
 */
%define api.pure full
%define api.prefix {idlc_yy}
%define api.header.include {"idlc/front/parse.h"}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%define lr.keep-unreachable-state false
%locations
%expect 0
%param {struct parser *ps}

%code requires {
#include "idlc/front/parser.h"
}

%code provides {
/* Reports a token that can't stand where it stands; the names are those of
 * the %token lines. */
void idlc_i_syntax_error(struct parser *ps, const char *found,
    const struct span *at, const char *const *expected, int n_expected);

/* How far a fault reaches. */
enum recover {
	RECOVER_DEFINITION,
	RECOVER_MEMBER,
	RECOVER_ENUMERATOR,
	RECOVER_SEMICOLON
};

/*
 * Skips over what a fault has spoiled; *token, *value and *at are the token
 * at hand and become the one to go on with.  Returns false at the end of the
 * file, where there is nothing to go on with.
 */
bool idlc_i_recover(struct parser *ps, enum recover how, int *token,
    IDLC_YYSTYPE *value, IDLC_YYLTYPE *at);

int idlc_yylex(IDLC_YYSTYPE *value, IDLC_YYLTYPE *at, struct parser *ps);

/* The scanner proper (lex.l); idlc_yylex keeps the books around it. */
int idlc_i_scan(IDLC_YYSTYPE *value, IDLC_YYLTYPE *at, struct parser *ps);
bool idlc_i_scan_begin(struct parser *ps);
void idlc_i_scan_end(struct parser *ps);
}

%code {
#include "idlc/front/report.h"

#define YYLLOC_DEFAULT(Current, Rhs, N) join(&(Current), &YYRHSLOC(Rhs, 0), N)

/* The location of a rule's n symbols; span[1] is the first. */
static void
join(struct span *out, const struct span *spans, int n)
{
	const struct span *first = &spans[1];
	const struct span *last = &spans[n];

	if (n == 0) {
		*out = spans[0];
		out->first = spans[0].last + 1;
		out->last = spans[0].last;
		return;
	}
	if (n > 1 && first->last < first->first)
		first = &spans[2];	/* an empty rule leads */
	*out = *first;
	out->last = last->last;
	if (first->pos.file == last->pos.file &&
	    first->pos.line == last->pos.line &&
	    last->pos.column >= first->pos.column)
		out->pos.n = last->pos.column + last->pos.n - first->pos.column;
}

#define APPEND(list, node) \
	do { \
		if ((list).tail) \
			(list).tail->next = (node); \
		else \
			(list).head = (node); \
		(list).tail = (node); \
	} while (0)
#define ONE(list, node) ((list).head = (list).tail = (node))

#define RECOVER(how) \
	do { \
		if (idlc_i_recover(ps, how, &yychar, &yylval, &yylloc)) \
			yyerrok; \
	} while (0)

static void
yyerror(const struct span *at, struct parser *ps, const char *text)
{
	/* Only memory errors come here: syntax errors are custom. */
	if (ps->f->nomem || ps->f->stop)
		return;
	idlc_i_error(ps->f, E_DEPTH, &at->pos, "%s: nested too deeply", text);
	ps->f->stop = true;
}
}

%union {
	const char *name;
	struct word word;
	struct typed type;
	struct idlc_def *body;
	struct idlc_decl *decl;
	struct decl_list decls;
	struct idlc_enumerator *enumerator;
	struct enumerator_list enumerators;
	struct idlc_label *label;
	struct label_list labels;
	struct idlc_arm *arm;
	struct arm_list arms;
	struct idlc_procedure *procedure;
	struct procedure_list procedures;
	struct idlc_version *version;
	struct version_list versions;
}

%token END 0 "end of file"
%token BOOL "bool" CASE "case" CONST "const" DEFAULT "default"
%token DOUBLE "double" QUADRUPLE "quadruple" ENUM "enum" FLOAT "float"
%token HYPER "hyper" INT "int" OPAQUE "opaque" STRING "string"
%token STRUCT "struct" SWITCH "switch" TYPEDEF "typedef" UNION "union"
%token UNSIGNED "unsigned" VOID "void" PROGRAM "program" VERSION "version"
%token <name> CHAR "char" SHORT "short" LONG "long"
%token <name> IDENTIFIER "name"
%token <word> NUMBER "number" TEXT "string constant" LETTER "character constant"
%token <name> OPERATOR "operator"

%type <name> name
%type <word> value
%type <type> type
%type <body> enum_body struct_body union_body
%type <enumerators> enumerators
%type <enumerator> enumerator
%type <decls> members arguments some_arguments
%type <decl> member declaration argument result arm_declaration
%type <arms> arms
%type <arm> arm
%type <labels> labels
%type <label> label
%type <procedures> procedures
%type <procedure> procedure
%type <versions> versions
%type <version> version

/* `unsigned char c`: the word belongs to the type, though it may be a name. */
%precedence BARE
%precedence "char" "short" "long"

%%

/* RFC 4506: specification: definition *;  */
specification:
	%empty
	| specification definition
	| specification ';'		{ idlc_i_wrong(ps, WRONG_STRAY_SEMICOLON, &@2, NULL); }
	;

/* RFC 4506: definition: type-def | constant-def
   RFC 5531: definition: ... | program-def  */
definition:
	constant_def | enum_def | struct_def | union_def | typedef | program_def
	| error	{
		ps->f->lost_definition = true;
		RECOVER(RECOVER_DEFINITION);
	}
	;

/* A missing ';' is reported once and taken as read. */
semicolon: ';' | error	{ RECOVER(RECOVER_SEMICOLON); };

/* RFC 4506: constant-def: "const" identifier "=" constant ";"
   rpcgen: also a string, a character, or a name.  */
constant_def:
	"const" name '=' value semicolon	{
		idlc_i_define_const(ps, $name, &@name, &$value, &@value, &@$);
	}
	;

/* RFC 4506: constant: decimal-constant | hexadecimal-constant | octal-constant
             value: constant | identifier  */
value:
	NUMBER | TEXT | LETTER
	| name	{ $$ = (struct word){ $name, 0, false, LITERAL_NAME }; }
	;

/* char, short and long are no keywords of the RFC.  */
name: IDENTIFIER | "char" | "short" | "long";

/* RFC 4506: type-def: "enum" identifier enum-body ";"  */
enum_def:
	"enum" name enum_body semicolon	{
		idlc_i_define_body(ps, $enum_body, $name, &@name, &@$);
	}
	;

/* RFC 4506: enum-body: "{" ( identifier "=" value )
                        ( "," identifier "=" value )* "}"  */
enum_body:
	'{' enumerators '}'		{ $$ = idlc_i_body_enum(ps, $2.head, &@$); }
	| '{' enumerators ',' '}'	{
		idlc_i_wrong(ps, WRONG_TRAILING_COMMA, &@3, NULL);
		$$ = idlc_i_body_enum(ps, $2.head, &@$);
	}
	| '{' '}'			{
		idlc_i_wrong(ps, WRONG_EMPTY_ENUM, &@2, NULL);
		$$ = idlc_i_body_enum(ps, NULL, &@$);
	}
	;

enumerators:
	enumerator			{ ONE($$, $1); }
	| enumerators ',' enumerator	{ $$ = $1; APPEND($$, $3); }
	| enumerators error		{ $$ = $1; RECOVER(RECOVER_ENUMERATOR); }
	| error				{ ONE($$, NULL); RECOVER(RECOVER_ENUMERATOR); }
	;

/* rpcgen: the value may be left out.  */
enumerator:
	name		{ $$ = idlc_i_enumerator(ps, $1, &@1, NULL, NULL, &@$); }
	| name '=' value	{ $$ = idlc_i_enumerator(ps, $1, &@1, &$3, &@3, &@$); }
	;

/* RFC 4506: type-def: "struct" identifier struct-body ";"  */
struct_def:
	"struct" name struct_body semicolon	{
		idlc_i_define_body(ps, $struct_body, $name, &@name, &@$);
	}
	;

/* RFC 4506: struct-body: "{" ( declaration ";" ) ( declaration ";" )* "}"  */
struct_body:
	'{' members '}'	{ $$ = idlc_i_body_struct(ps, $members.head, &@$); }
	| '{' '}'	{
		idlc_i_wrong(ps, WRONG_EMPTY_STRUCT, &@2, NULL);
		$$ = idlc_i_body_struct(ps, NULL, &@$);
	}
	;

members:
	member			{ ONE($$, $1); }
	| members member	{
		$$ = $1;
		if ($2)
			APPEND($$, $2);
	}
	;

member:
	declaration more_declarators semicolon
	| error	{ $$ = NULL; RECOVER(RECOVER_MEMBER); }
	;

/* RFC 4506: declaration:
       type-specifier identifier
     | type-specifier identifier "[" value "]"
     | type-specifier identifier "<" [ value ] ">"
     | "opaque" identifier "[" value "]"
     | "opaque" identifier "<" [ value ] ">"
     | "string" identifier "<" [ value ] ">"
     | type-specifier "*" identifier
     | "void"
   ast.c refuses the other combinations that this rule takes.  */
declaration:
	type stars name dims	{
		$$ = idlc_i_decl(ps, PLACE_MEMBER, &$type, &@type, $name,
		    &@name, &@$);
	}
	| type	{
		idlc_i_shape_begin(ps);
		$$ = idlc_i_decl(ps, PLACE_MEMBER, &$type, &@type, NULL,
		    &@type, &@$);
	}
	;

/* `int a, b;` is C's, not ours.  */
more_declarators:
	%empty
	| more_declarators ',' stars name dims	{
		idlc_i_wrong(ps, WRONG_DECLARATORS, &@2, $name);
	}
	;

stars:
	%empty		{ idlc_i_shape_begin(ps); }
	| stars '*'	{ idlc_i_shape_star(ps, &@2); }
	;

dims:
	%empty
	| dims '[' ']'		{ idlc_i_shape_dim(ps, '[', NULL, &@3, &@2, &@3); }
	| dims '[' value ']'	{ idlc_i_shape_dim(ps, '[', &$value, &@value, &@2, &@4); }
	| dims '<' '>'		{ idlc_i_shape_dim(ps, '<', NULL, &@3, &@2, &@3); }
	| dims '<' value '>'	{ idlc_i_shape_dim(ps, '<', &$value, &@value, &@2, &@4); }
	;

/* RFC 4506: type-specifier:
       [ "unsigned" ] "int" | [ "unsigned" ] "hyper"
     | "float" | "double" | "quadruple" | "bool"
     | enum-type-spec | struct-type-spec | union-type-spec | identifier
   rpcgen: bare "unsigned"; "char", "short", "long"; "int" behind any of them;
   "struct", "union", "enum" before a name.  */
type:
	"int"				{ $$ = (struct typed){ "int", NULL, IDLC_INT, 0 }; }
	| "unsigned" %prec BARE		{ $$ = (struct typed){ "unsigned", NULL, IDLC_UINT, 0 }; }
	| "unsigned" "int"		{ $$ = (struct typed){ "unsigned int", NULL, IDLC_UINT, 0 }; }
	| "hyper"			{ $$ = (struct typed){ "hyper", NULL, IDLC_HYPER, 0 }; }
	| "hyper" "int"			{ $$ = (struct typed){ "hyper int", NULL, IDLC_HYPER, 0 }; }
	| "unsigned" "hyper"		{ $$ = (struct typed){ "unsigned hyper", NULL, IDLC_UHYPER, 0 }; }
	| "unsigned" "hyper" "int"	{ $$ = (struct typed){ "unsigned hyper int", NULL, IDLC_UHYPER, 0 }; }
	| "char"			{ $$ = (struct typed){ "char", NULL, IDLC_CHAR, 0 }; }
	| "unsigned" "char"		{ $$ = (struct typed){ "unsigned char", NULL, IDLC_UCHAR, 0 }; }
	| "short"			{ $$ = (struct typed){ "short", NULL, IDLC_SHORT, 0 }; }
	| "short" "int"			{ $$ = (struct typed){ "short int", NULL, IDLC_SHORT, 0 }; }
	| "unsigned" "short"		{ $$ = (struct typed){ "unsigned short", NULL, IDLC_USHORT, 0 }; }
	| "unsigned" "short" "int"	{ $$ = (struct typed){ "unsigned short int", NULL, IDLC_USHORT, 0 }; }
	| "long"			{ $$ = (struct typed){ "long", NULL, IDLC_LONG, 0 }; }
	| "long" "int"			{ $$ = (struct typed){ "long int", NULL, IDLC_LONG, 0 }; }
	| "unsigned" "long"		{ $$ = (struct typed){ "unsigned long", NULL, IDLC_ULONG, 0 }; }
	| "unsigned" "long" "int"	{ $$ = (struct typed){ "unsigned long int", NULL, IDLC_ULONG, 0 }; }
	| "float"			{ $$ = (struct typed){ "float", NULL, IDLC_FLOAT, 0 }; }
	| "double"			{ $$ = (struct typed){ "double", NULL, IDLC_DOUBLE, 0 }; }
	| "quadruple"			{ $$ = (struct typed){ "quadruple", NULL, IDLC_QUADRUPLE, 0 }; }
	| "bool"			{ $$ = (struct typed){ "bool", NULL, IDLC_BOOL, 0 }; }
	| "string"			{ $$ = (struct typed){ "string", NULL, IDLC_STRING, 0 }; }
	| "opaque"			{ $$ = (struct typed){ "opaque", NULL, IDLC_OPAQUE, 0 }; }
	| "void"			{ $$ = (struct typed){ "void", NULL, IDLC_VOID, 0 }; }
	| IDENTIFIER			{ $$ = idlc_i_type_named(ps, IDLC_KW_NONE, $1); }
	| "struct" name			{ $$ = idlc_i_type_named(ps, IDLC_KW_STRUCT, $2); }
	| "union" name			{ $$ = idlc_i_type_named(ps, IDLC_KW_UNION, $2); }
	| "enum" name			{ $$ = idlc_i_type_named(ps, IDLC_KW_ENUM, $2); }
	| "struct" struct_body		{ $$ = idlc_i_type_body(ps, IDLC_KW_STRUCT, $2); }
	| "union" union_body		{ $$ = idlc_i_type_body(ps, IDLC_KW_UNION, $2); }
	| "enum" enum_body		{ $$ = idlc_i_type_body(ps, IDLC_KW_ENUM, $2); }
	| "struct" name struct_body	{
		idlc_i_wrong(ps, WRONG_NAMED_BODY, &@2, $2);
		$$ = idlc_i_type_body(ps, IDLC_KW_STRUCT, $3);
	}
	| "union" name union_body	{
		idlc_i_wrong(ps, WRONG_NAMED_BODY, &@2, $2);
		$$ = idlc_i_type_body(ps, IDLC_KW_UNION, $3);
	}
	| "enum" name enum_body		{
		idlc_i_wrong(ps, WRONG_NAMED_BODY, &@2, $2);
		$$ = idlc_i_type_body(ps, IDLC_KW_ENUM, $3);
	}
	;

/* RFC 4506: type-def: "union" identifier union-body ";"  */
union_def:
	"union" name union_body semicolon	{
		idlc_i_define_body(ps, $union_body, $name, &@name, &@$);
	}
	;

/* RFC 4506: union-body: "switch" "(" declaration ")" "{"
                            case-spec case-spec *
                            [ "default" ":" declaration ";" ] "}"  */
union_body:
	"switch" '(' declaration ')' '{' arms '}'	{
		const struct idlc_decl *other = ps->other;

		if ($arms.head == NULL && other)
			idlc_i_wrong(ps, WRONG_DEFAULT_ALONE, &@arms, NULL);
		ps->other = NULL;
		$$ = idlc_i_body_union(ps, $declaration, $arms.head, other, &@$);
	}
	| "switch" '(' declaration ')' '{' '}'	{
		idlc_i_wrong(ps, WRONG_EMPTY_UNION, &@6, NULL);
		$$ = idlc_i_body_union(ps, $declaration, NULL, NULL, &@$);
	}
	| '{' members '}'	{
		idlc_i_wrong(ps, WRONG_UNION_SWITCH, &@1, NULL);
		$$ = idlc_i_body_struct(ps, $members.head, &@$);
	}
	;

arms:
	arm			{ ONE($$, $1); }
	| arms arm		{
		$$ = $1;
		if ($2)
			APPEND($$, $2);
	}
	;

/* RFC 4506: case-spec: ( "case" value ":" ) ( "case" value ":" )*
                        declaration ";"  */
arm:
	labels arm_declaration	{
		if (ps->other)
			idlc_i_wrong(ps, WRONG_CASE_AFTER_DEFAULT, &@labels, NULL);
		$$ = idlc_i_arm(ps, $labels.head, $arm_declaration, &@$);
	}
	| "default" ':' arm_declaration	{
		if (ps->other)
			idlc_i_wrong(ps, WRONG_SECOND_DEFAULT, &@1, NULL);
		else
			idlc_i_default(ps, $arm_declaration, &@1, &@$);
		$$ = NULL;
	}
	| arm_declaration	{
		if ($arm_declaration)
			idlc_i_wrong(ps, WRONG_SECOND_DECL, &@1, NULL);
		$$ = NULL;
	}
	;

arm_declaration:
	declaration more_declarators semicolon
	| error	{ $$ = NULL; RECOVER(RECOVER_MEMBER); }
	;

labels:
	label		{ ONE($$, $1); }
	| labels label	{ $$ = $1; APPEND($$, $2); }
	;

label:
	"case" value ':'	{ $$ = idlc_i_label(ps, &$value, &@value); }
	;

/* RFC 4506: type-def: "typedef" declaration ";"  */
typedef:
	"typedef" declaration more_declarators semicolon	{
		idlc_i_define_typedef(ps, $declaration, &@$);
	}
	;

/* RFC 5531: program-def: "program" identifier "{"
                             version-def version-def *
                          "}" "=" constant ";"  */
program_def:
	"program" name '{' versions '}' '=' value semicolon	{
		idlc_i_define_program(ps, $name, &@name, $versions.head,
		    &$value, &@value, &@$);
	}
	| "program" name '{' '}' '=' value semicolon	{
		idlc_i_wrong(ps, WRONG_EMPTY_PROGRAM, &@4, NULL);
	}
	;

versions:
	version			{ ONE($$, $1); }
	| versions version	{
		$$ = $1;
		if ($2)
			APPEND($$, $2);
	}
	;

/* RFC 5531: version-def: "version" identifier "{"
                             procedure-def procedure-def *
                          "}" "=" constant ";"  */
version:
	"version" name '{' procedures '}' '=' value semicolon	{
		$$ = idlc_i_version(ps, $name, &@name, $procedures.head,
		    &$value, &@value, &@$);
	}
	| "version" name '{' '}' '=' value semicolon	{
		idlc_i_wrong(ps, WRONG_EMPTY_VERSION, &@4, NULL);
		$$ = NULL;
	}
	| error	{ $$ = NULL; RECOVER(RECOVER_MEMBER); }
	;

procedures:
	procedure		{ ONE($$, $1); }
	| procedures procedure	{
		$$ = $1;
		if ($2)
			APPEND($$, $2);
	}
	;

/* RFC 5531: procedure-def: proc-return identifier "(" proc-firstarg
                               ( "," type-specifier )* ")" "=" constant ";"
             proc-return: "void" | type-specifier
             proc-firstarg: "void" | type-specifier
   rpcgen: "string" for both, names for arguments, "*" and string bounds.  */
procedure:
	result name '(' arguments ')' '=' value semicolon	{
		$$ = idlc_i_procedure(ps, $result, $name, &@name,
		    $arguments.head, &$value, &@value, &@$);
	}
	| error	{ $$ = NULL; RECOVER(RECOVER_MEMBER); }
	;

result:
	type stars	{
		$$ = idlc_i_decl(ps, PLACE_RESULT, &$type, &@type, NULL,
		    &@type, &@$);
	}
	;

arguments:
	%empty			{ $$ = (struct decl_list){ NULL, NULL }; }
	| some_arguments
	;

some_arguments:
	argument			{ ONE($$, $1); }
	| some_arguments ',' argument	{ $$ = $1; APPEND($$, $3); }
	;

argument:
	type stars dims		{
		$$ = idlc_i_decl(ps, PLACE_ARGUMENT, &$type, &@type, NULL,
		    &@type, &@$);
	}
	| type stars name dims	{
		$$ = idlc_i_decl(ps, PLACE_ARGUMENT, &$type, &@type, $name,
		    &@name, &@$);
	}
	;

%%

static int
yyreport_syntax_error(const yypcontext_t *ctx, struct parser *ps)
{
	enum { MAX_EXPECTED = 64 };
	yysymbol_kind_t kinds[MAX_EXPECTED];
	const char *expected[MAX_EXPECTED];
	int n = yypcontext_expected_tokens(ctx, kinds, MAX_EXPECTED);

	if (n < 0)
		return n;
	for (int i = 0; i < n; i++)
		expected[i] = yysymbol_name(kinds[i]);
	idlc_i_syntax_error(ps, yysymbol_name(yypcontext_token(ctx)),
	    yypcontext_location(ctx), expected, n);
	return 0;
}
