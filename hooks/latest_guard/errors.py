"""What is told to the user in one line."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend: told in one line, exit code 2.

    `message` says what is wrong and what to do; `where` is a place such as ``path:line:column`` or a name
    that stands in front of it, empty where there is none.
    """

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message
