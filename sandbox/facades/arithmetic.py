"""math, statistics, fractions, decimal."""

import decimal
import fractions
import math
import statistics

from sandbox.facades.module import named, public

MATH = public(math)

STATISTICS = named(
    statistics,
    "mean fmean geometric_mean harmonic_mean median median_low median_high median_grouped mode multimode quantiles "
    "pstdev pvariance stdev variance covariance correlation linear_regression StatisticsError",
)

FRACTIONS = named(fractions, "Fraction")

DECIMAL = named(
    decimal,
    "Decimal Context getcontext localcontext DecimalException InvalidOperation DivisionByZero Overflow Underflow "
    "Inexact Rounded ROUND_HALF_UP ROUND_HALF_EVEN ROUND_HALF_DOWN ROUND_UP ROUND_DOWN ROUND_CEILING ROUND_FLOOR "
    "ROUND_05UP",
)
