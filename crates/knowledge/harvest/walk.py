"""Walk the opcodes of a pickle with a symbolic stack and note how every global is used.

Nothing is loaded: `pickletools.genops` reads the bytes, and the values on the
stack are small tuples that say where a value comes from.
"""

import pickletools

MARK = ("mark",)
# Calls that stand for "make an instance of the class in the first argument".
COPYREG = ("copyreg", "copy_reg")
# Rebuilders whose result is an instance of their first argument: a state given
# to the result is noted for both names.
REBUILDERS = ("_reconstruct", "_mareconstruct", "_maskedarray_from", "_rebuild_array")


class Walk:
    def __init__(self):
        self.uses = {}

    def note(self, glob, use):
        self.uses.setdefault((glob[1], glob[2]), set()).add(use)

    def call(self, func, args):
        if func[0] != "global":
            return ("made", None)
        count = len(args[1]) if args[0] == "tuple" else None
        if func[1] in COPYREG and count is not None:
            items = args[1]
            self.note(func, "call %d" % count)
            if func[2] == "_reconstructor" and items[0][0] == "global":
                plain = items[1][0] == "global" and items[1][2] == "object"
                self.note(items[0], "new 0" if plain else "new 1")
                return ("made", items[0])
            if func[2] == "__newobj__" and items[0][0] == "global":
                self.note(items[0], "new %d" % (count - 1))
                return ("made", items[0])
            if func[2] == "__newobj_ex__" and items[0][0] == "global":
                self.note(items[0], "new %s" % self.width(items[1]))
                return ("made", items[0])
            return ("made", func)
        self.note(func, "call *" if count is None else "call %d" % count)
        if count and func[2] in REBUILDERS and args[1][0][0] == "global":
            return ("made", func, args[1][0])
        return ("made", func)

    @staticmethod
    def width(args):
        return str(len(args[1])) if args[0] == "tuple" else "*"

    def new(self, cls, args):
        if cls[0] != "global":
            return ("made", None)
        self.note(cls, "new " + self.width(args))
        return ("made", cls)

    def build(self, inst, state):
        if inst[0] != "made":
            return
        kind = state[0]
        shape = "any"
        if kind == "dict":
            shape = "dict"
        elif kind == "tuple":
            shape = "tuple %d" % len(state[1])
            if len(state[1]) == 2 and state[1][0][0] in ("none", "dict") and state[1][1][0] == "dict":
                shape = "slots"
        elif kind == "list":
            shape = "list"
        for owner in inst[1:]:
            if owner is not None:
                self.note(owner, "state " + shape)

    def items(self, inst):
        for owner in inst[1:] if inst[0] == "made" else ():
            if owner is not None:
                self.note(owner, "items")

    def run(self, data):
        stack, memo = [], {}

        def to_mark():
            out = []
            while stack:
                top = stack.pop()
                if top is MARK:
                    break
                out.append(top)
            return out[::-1]

        def glob(module, name):
            value = ("global", module, name)
            self.note(value, "ref")
            return value

        for op, arg, _ in pickletools.genops(data):
            name = op.name
            if name in ("PROTO", "FRAME", "STOP"):
                pass
            elif name == "MARK":
                stack.append(MARK)
            elif name == "POP":
                if stack:
                    stack.pop()
            elif name == "POP_MARK":
                to_mark()
            elif name == "DUP":
                stack.append(stack[-1])
            elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
                memo[arg] = stack[-1]
            elif name == "MEMOIZE":
                memo[len(memo)] = stack[-1]
            elif name in ("GET", "BINGET", "LONG_BINGET"):
                stack.append(memo[arg])
            elif name == "GLOBAL":
                stack.append(glob(*arg.split(" ", 1)))
            elif name == "STACK_GLOBAL":
                attr, module = stack.pop(), stack.pop()
                stack.append(glob(module[1], attr[1]))
            elif name == "REDUCE":
                args, func = stack.pop(), stack.pop()
                stack.append(self.call(func, args))
            elif name == "NEWOBJ":
                args, cls = stack.pop(), stack.pop()
                stack.append(self.new(cls, args))
            elif name == "NEWOBJ_EX":
                stack.pop()
                args, cls = stack.pop(), stack.pop()
                stack.append(self.new(cls, args))
            elif name == "INST":
                args = to_mark()
                stack.append(self.new(glob(*arg.split(" ", 1)), ("tuple", args)))
            elif name == "OBJ":
                args = to_mark()
                stack.append(self.new(args[0], ("tuple", args[1:])))
            elif name == "BUILD":
                state = stack.pop()
                self.build(stack[-1], state)
            elif name == "APPEND":
                stack.pop()
                self.items(stack[-1])
            elif name == "SETITEM":
                stack.pop()
                stack.pop()
                self.items(stack[-1])
            elif name in ("APPENDS", "SETITEMS", "ADDITEMS"):
                to_mark()
                self.items(stack[-1])
            elif name == "EMPTY_TUPLE":
                stack.append(("tuple", []))
            elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
                count = int(name[-1])
                stack[-count:] = [("tuple", stack[-count:])]
            elif name == "TUPLE":
                stack.append(("tuple", to_mark()))
            elif name in ("LIST", "DICT", "FROZENSET"):
                to_mark()
                stack.append((name.lower(),))
            elif name in ("EMPTY_LIST", "EMPTY_DICT", "EMPTY_SET"):
                stack.append((name[6:].lower(),))
            elif name == "NONE":
                stack.append(("none",))
            elif isinstance(arg, str):
                stack.append(("str", arg))
            else:
                stack.append(("inert",))
        return self
