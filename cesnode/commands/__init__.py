"""What an operator types: one module for each noun, loaded when its command runs.

A command reads its arguments, calls one service in one transaction and shows the answer.
"""
