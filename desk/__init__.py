"""The front desk: HTTP for operators, the command and back ends; what happens here, as events."""
