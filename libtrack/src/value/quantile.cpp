#include "value/quantile.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace mltrack::value {

double normal_quantile(double probability) { return boost::math::quantile(boost::math::normal(), probability); }

double students_t_quantile(double probability, double freedom) {
  return boost::math::quantile(boost::math::students_t(freedom), probability);
}

}  // namespace mltrack::value
