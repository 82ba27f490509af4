# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads PTX as LLVM writes it: entry functions and initialized tables."""

import re
from dataclasses import dataclass, field


class PTXError(Exception):
    """PTX that the simulator does not understand."""


@dataclass
class Instruction:
    """`opcode` with its modifiers; `operands` as text, a vector as a list."""
    opcode: str
    operands: list
    guard: str = ''  # predicate register, or empty
    negated: bool = False
    text: str = ''


@dataclass
class Function:
    name: str
    parameters: dict = field(default_factory=dict)  # name -> (index, bytes)
    threads: int = 0
    instructions: list = field(default_factory=list)
    labels: dict = field(default_factory=dict)  # name -> index of instruction

    def accumulators(self):
        """The registers that wgmma adds to."""
        return {register for instruction in self.instructions
                if instruction.opcode.startswith('wgmma.mma_async')
                for register in instruction.operands[0]}


@dataclass
class Module:
    target: str
    functions: dict
    tables: dict  # name -> bytes


_COMMENT = re.compile(r'//[^\n]*')
_TABLE = re.compile(r'\.global(?: \.align \d+)? \.b8 (\S+?)\[(\d+)\]'
                    r'(?: = \{([^}]*)\})?;')
_ENTRY = re.compile(r'\.visible \.entry (\S+?)\((.*?)\)\s*(.*?)\n\{\n', re.S)
_PARAMETER = re.compile(r'\.param \.([a-z])(\d+)[^,]*? (\w+)$')
_STATEMENT = re.compile(r'\s*(?:@(!?)(%\w+)\s+)?(\S+)\s*(.*)', re.S)


def _body(text, start):
    """The lines from `start` to the brace that closes what is open there;
    inline assembly has braces of its own."""
    lines, depth = [], 1
    for line in text[start:].split('\n'):
        depth += {'{': 1, '}': -1}.get(line.strip(), 0)
        if not depth:
            return lines
        lines.append(line)
    raise PTXError('a function has no end')


def _split_operands(text):
    """Operands, separated by commas outside of braces and brackets."""
    operands, depth, start = [], 0, 0
    for i, c in enumerate(text + ','):
        if c in '{[':
            depth += 1
        elif c in '}]':
            depth -= 1
        elif c == ',' and depth == 0:
            operand = text[start:i].strip()
            start = i + 1
            if operand.startswith('{'):
                operand = [part.strip() for part in operand[1:-1].split(',')]
            if operand:
                operands.append(operand)
    return operands


def _parse_body(function, lines):
    pending = ''
    for line in lines:
        line = line.strip()
        if not line or (line in '{}' and not pending):
            continue
        label = re.fullmatch(r'(\$?\w+):', line)
        if label and not pending:
            function.labels[label.group(1)] = len(function.instructions)
            continue
        pending += ' ' + line
        if not line.endswith(';'):
            continue
        statement, pending = pending.strip()[:-1], ''
        if statement.startswith('.'):
            continue  # Registers need no declaration here.
        negated, guard, opcode, rest = _STATEMENT.fullmatch(statement).groups()
        function.instructions.append(
            Instruction(opcode, _split_operands(rest), guard or '',
                        bool(negated), statement))
    if pending:
        raise PTXError(f'{function.name}: {pending.strip()} has no end')


def parse(text):
    text = _COMMENT.sub('', text)
    target = re.search(r'\.target (\w+)', text).group(1)
    tables = {}
    for name, size, values in _TABLE.findall(text):
        data = bytes(int(v) for v in values.split(',')) if values else b''
        tables[name] = data.ljust(int(size), b'\0')
    functions = {}
    for entry in _ENTRY.finditer(text):
        name, parameters, attributes = entry.groups()
        function = Function(name)
        for index, declaration in enumerate(parameters.split(',\n')):
            match = _PARAMETER.search(declaration.strip())
            if not match:
                raise PTXError(f'{name}: parameter {declaration.strip()}')
            function.parameters[match.group(3)] = (index,
                                                   int(match.group(2)) // 8)
        threads = re.search(r'\.reqntid (\d+)', attributes)
        function.threads = int(threads.group(1)) if threads else 0
        _parse_body(function, _body(text, entry.end()))
        functions[name] = function
    return Module(target, functions, tables)
