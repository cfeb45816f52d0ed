"""goreleaser: which configuration a command line chooses, and which pointers that one moves.

Source of the rules: https://goreleaser.com/customization/ and https://goreleaser.com/cmd/goreleaser_release/, versions 1 and 2.
"""
