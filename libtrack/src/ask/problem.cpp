#include "ask/problem.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "ask/training.hpp"

namespace mltrack::ask {

namespace {

using Words = std::set<std::string_view>;

constexpr std::string_view classification = "classification";
constexpr std::string_view regression = "regression";
constexpr std::string_view clustering = "clustering";
constexpr std::string_view decomposition = "decomposition";
constexpr std::string_view outliers = "outlier detection";
constexpr std::string_view density = "density estimation";
constexpr std::string_view transformer = "transformer";
constexpr std::string_view unknown = "unknown";
constexpr std::array order{classification, regression, clustering,  decomposition,
                           outliers,       density,    transformer, unknown};

const std::pair<std::string_view, Words> by_class[] = {
    {outliers,
     {"IsolationForest", "OneClassSVM", "SGDOneClassSVM", "LocalOutlierFactor", "EllipticEnvelope",
      "svm_one_class_trainer"}},
    {density, {"KernelDensity", "GaussianMixture", "BayesianGaussianMixture"}},
    {classification,
     {"SVC",
      "LinearSVC",
      "NuSVC",
      "LogisticRegression",
      "LogisticRegressionCV",
      "Perceptron",
      "GaussianNB",
      "MultinomialNB",
      "BernoulliNB",
      "CategoricalNB",
      "ComplementNB",
      "LinearDiscriminantAnalysis",
      "QuadraticDiscriminantAnalysis",
      "NearestCentroid",
      "LabelPropagation",
      "LabelSpreading",
      "svm_c_trainer",
      "svm_nu_trainer",
      "svm_c_linear_trainer",
      "svm_c_linear_dcd_trainer",
      "svm_c_ekm_trainer",
      "svm_pegasos",
      "rvm_trainer",
      "rbf_network_trainer",
      "svm_multiclass_linear_trainer",
      "one_vs_one_trainer",
      "one_vs_all_trainer"}},
    {regression,
     {"Ridge",
      "RidgeCV",
      "Lasso",
      "LassoCV",
      "ElasticNet",
      "ElasticNetCV",
      "MultiTaskLasso",
      "MultiTaskLassoCV",
      "MultiTaskElasticNet",
      "MultiTaskElasticNetCV",
      "Lars",
      "LarsCV",
      "LassoLars",
      "LassoLarsCV",
      "LassoLarsIC",
      "OrthogonalMatchingPursuit",
      "OrthogonalMatchingPursuitCV",
      "BayesianRidge",
      "SVR",
      "LinearSVR",
      "NuSVR",
      "KernelRidge",
      "PLSRegression",
      "PLSCanonical",
      "CCA",
      "svr_trainer",
      "svr_linear_trainer",
      "rr_trainer",
      "krr_trainer",
      "rvm_regression_trainer",
      "random_forest_regression_trainer",
      "mlp_kernel_1a_c"}},
    {clustering, {"kkmeans", "kcentroid"}},
    {decomposition, {"PLSSVD", "vector_normalizer_pca", "discriminant_pca"}},
    {transformer,
     {"ColumnTransformer", "FeatureUnion", "RandomTreesEmbedding", "BernoulliRBM", "NeighborhoodComponentsAnalysis",
      "KNeighborsTransformer", "RadiusNeighborsTransformer", "vector_normalizer"}},
};

constexpr std::pair<std::string_view, std::string_view> by_module[] = {
    {"sklearn.cluster.", clustering},
    {"sklearn.decomposition.", decomposition},
    {"sklearn.manifold.", decomposition},
    {"sklearn.preprocessing.", transformer},
    {"sklearn.feature_extraction.", transformer},
    {"sklearn.feature_selection.", transformer},
    {"sklearn.impute.", transformer},
    {"sklearn.kernel_approximation.", transformer},
    {"sklearn.random_projection.", transformer},
};

constexpr std::pair<std::string_view, std::string_view> by_ending[] = {
    {"Classifier", classification}, {"ClassifierCV", classification}, {"Regressor", regression},
    {"RegressorCV", regression},    {"Regression", regression},
};

/// The slot of the part that an estimator is as good as: the last step, the best candidate, the regressor inside.
bool stands_for_all(const std::string& slot) {
  return slot == "best" || slot == "regressor" || slot == "step:regressor" || slot.starts_with("step:");
}

bool hands_on(std::string_view path) {
  return path.ends_with(".Pipeline") || path.ends_with("SearchCV") || path.ends_with("Search");
}

}  // namespace

std::string problem_of_class(std::string_view path) {
  path = path.substr(0, path.find('<'));
  const std::string_view name = path.substr(path.find_last_of(".:") + 1);
  for (const auto& [type, classes] : by_class)
    if (classes.contains(name)) return std::string(type);
  for (const auto& [ending, type] : by_ending)
    if (name.ends_with(ending)) return std::string(type);
  for (const auto& [module, type] : by_module)
    if (path.starts_with(module)) return std::string(type);
  return std::string(unknown);
}

const Problem& Problems::of(std::int64_t model) {
  const auto found = known_.find(model);
  return found != known_.end() ? found->second : known_[model] = read(model);
}

Problem Problems::read(std::int64_t model) {
  const auto said = snapshot_.db.text(
      "SELECT json_extract(f.items, '$[0]') FROM fitted AS f JOIN name AS n ON n.id = f.name "
      "WHERE f.model = ?1 AND n.text = 'problem_type'",
      model);
  if (said) return {*said, "estimator"};
  const std::string path =
      snapshot_.db.text("SELECT t.text FROM node AS n JOIN name AS t ON t.id = n.type WHERE n.id = ?1", model)
          .value_or("");
  const std::string type = problem_of_class(path);
  if (type != unknown || !hands_on(path)) return {type, "class"};
  const auto parts = parts_of(snapshot_, model);
  const auto last =
      std::find_if(parts.rbegin(), parts.rend(), [](const auto& part) { return stands_for_all(part.first); });
  return last == parts.rend() ? Problem{type, "class"} : Problem{of(last->second).type, "part"};
}

Table problem_types(const Snapshot& snapshot, const Ids& models) {
  Problems problems(snapshot);
  const auto rank = [&](std::int64_t model) {
    return std::find(order.begin(), order.end(), problems.of(model).type) - order.begin();
  };
  Ids grouped = models;
  std::stable_sort(grouped.begin(), grouped.end(), [&](std::int64_t a, std::int64_t b) { return rank(a) < rank(b); });
  std::vector<std::vector<Cell>> rows;
  for (const std::int64_t model : grouped) rows.push_back({problems.of(model).type, problems.of(model).known_by});
  return about_models(snapshot, grouped, {"problem_type", "known_by"}, rows);
}

}  // namespace mltrack::ask
