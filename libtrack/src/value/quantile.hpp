#pragma once

namespace mltrack::value {

/// The value that a standard normal variable stays below with this probability, which is between 0 and 1.
double normal_quantile(double probability);

/// The same of Student's t with so many degrees of freedom, more than 0.
double students_t_quantile(double probability, double freedom);

}  // namespace mltrack::value
