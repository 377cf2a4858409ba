"""Where in the text a piece of lark's tree stands, and what kind of piece it is."""

from dataclasses import dataclass

from lark import Token, Tree

from plugin.rules.grammar import Branch, span_at
from plugin.rules.literals import read_literal
from plugin.rules.problems import Problem, Refused
from plugin.rules.tree import Literal, Span


@dataclass(frozen=True, slots=True)
class Place:
    """One text being read."""

    text: str

    def span(self, node: Branch | Token) -> Span:
        """From the first to the last character of the piece."""
        if isinstance(node, Token):
            return span_at(self.text, node.start_pos or 0, node.end_pos or 0)
        return span_at(self.text, node.meta.start_pos, node.meta.end_pos)

    def literal(self, written: Token) -> Literal:
        """The value of the token. Raises Refused."""
        try:
            return read_literal(written.type, str(written), self.span(written))
        except ValueError as error:
            raise Refused(Problem(str(error), self.span(written))) from error


def branch(child: Branch | Token) -> Branch:
    """The child, which the grammar says is a rule of its own."""
    assert isinstance(child, Tree)
    return child


def token(child: Branch | Token) -> Token:
    """The child, which the grammar says is a terminal."""
    assert isinstance(child, Token)
    return child


def sole(piece: Branch) -> Branch:
    """What is left when a sum of one product of one factor is unwrapped."""
    while piece.data in ("sum", "product") and len(piece.children) == 1:
        piece = branch(piece.children[0])
    return piece
