// Trains a support vector machine on the penguins with dlib and records every step from the file to the accuracy.
#include <dlib/statistics.h>
#include <dlib/svm/kernel.h>
#include <dlib/svm/one_vs_one_trainer.h>
#include <dlib/svm/svm.h>
#include <dlib/svm/svm_c_trainer.h>

#include <exception>
#include <iostream>
#include <sstream>

#include <mltrack/mltrack.hpp>

#include "table.hpp"

using Kernel = dlib::radial_basis_kernel<Sample>;
using Trainer = dlib::one_vs_one_trainer<dlib::any_trainer<Sample>, std::string>;
using Model = dlib::one_vs_one_decision_function<Trainer, dlib::decision_function<Kernel>>;
using Scaler = dlib::vector_normalizer<Sample>;

namespace {

mltrack::Flow described(const char* slot, std::vector<mltrack::ColumnView> columns) {
  return mltrack::data_flow(slot, {.columns = std::move(columns)});
}

/// The identity of a fitted dlib object: the digest of the bytes dlib would save.
template <class Fitted>
mltrack::Digest digest_of(const Fitted& fitted) {
  std::ostringstream saved;
  dlib::serialize(fitted, saved);
  return mltrack::digest_bytes("model", saved.view());
}

struct Split {
  Table train, test;
  mltrack::NodeRef X_train, X_test, y_train, y_test;
};

Split split(mltrack::Run& run, Table table, mltrack::NodeRef source) {
  auto call = run.begin_split(
      {.estimator = "dlib::randomize_samples", .params = {{"test_share", 0.25}}, .inputs = {{"X", source}}});
  dlib::randomize_samples(table.features, table.species);
  const auto cut = static_cast<std::ptrdiff_t>(table.features.size() * 3 / 4);
  Split parts;
  parts.train = {{table.features.begin(), table.features.begin() + cut},
                 {table.species.begin(), table.species.begin() + cut}};
  parts.test = {{table.features.begin() + cut, table.features.end()},
                {table.species.begin() + cut, table.species.end()}};
  call.end({.outputs = {described("train[0]", columns_of(parts.train.features)),
                        described("test[0]", columns_of(parts.test.features)),
                        described("train[1]", {column_of(parts.train.species)}),
                        described("test[1]", {column_of(parts.test.species)})}});
  parts.X_train = call.outputs()[0];
  parts.X_test = call.outputs()[1];
  parts.y_train = call.outputs()[2];
  parts.y_test = call.outputs()[3];
  return parts;
}

mltrack::NodeRef scale(mltrack::Run& run, const Scaler& scaler, mltrack::NodeRef model, std::vector<Sample>& features,
                       mltrack::NodeRef X) {
  auto call = run.begin_transform({.estimator = "dlib::vector_normalizer", .inputs = {{"model", model}, {"X", X}}});
  for (Sample& sample : features) sample = scaler(sample);
  return call.end({.outputs = {described("output", columns_of(features))}});
}

void train_and_score(mltrack::Run& run, const std::string& path) {
  const std::string text = read_text(path);
  const Table table = parse_table(text);
  const auto read = run.log_read(path, {.name = "penguins", .columns = columns_of(table)});

  auto filter = run.begin_transform({.estimator = "complete_rows", .inputs = {{"X", read}}});
  const Table complete = complete_rows(table);
  const auto known = filter.end({.outputs = {described("output", columns_of(complete))}});

  auto [train, test, X_train, X_test, y_train, y_test] = split(run, complete, known);

  auto scaler_fit = run.begin_fit({.estimator = "dlib::vector_normalizer", .inputs = {{"X", X_train}}});
  Scaler scaler;
  scaler.train(train.features);
  const auto scaler_node = scaler_fit.end({.model_digest = digest_of(scaler)});
  X_train = scale(run, scaler, scaler_node, train.features, X_train);
  X_test = scale(run, scaler, scaler_node, test.features, X_test);

  auto fit = run.begin_fit({.estimator = "dlib::svm_c_trainer",
                            .params = {{"C", 2.0}, {"kernel", "rbf"}, {"gamma", 0.25}, {"multiclass", "one_vs_one"}},
                            .inputs = {{"X", X_train}, {"y", y_train}}});
  dlib::svm_c_trainer<Kernel> svm(Kernel(0.25), 2.0);
  Trainer trainer;
  trainer.set_trainer(svm);
  const Model model =
      trainer.train(train.features, std::vector<std::string>(train.species.begin(), train.species.end()));
  const auto model_node = fit.end({.model_digest = digest_of(model)});

  auto predict =
      run.begin_predict({.estimator = "dlib::svm_c_trainer", .inputs = {{"model", model_node}, {"X", X_test}}});
  std::vector<std::string> predicted;
  for (const Sample& sample : test.features) predicted.push_back(model(sample));
  const std::vector<std::string_view> views(predicted.begin(), predicted.end());
  const auto predicted_node = predict.end({.outputs = {described("output", {column_of(views)})}});

  double right = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) right += predicted[i] == test.species[i];
  const double accuracy = right / static_cast<double>(predicted.size());
  run.log_score(
      {.estimator = "accuracy", .inputs = {{"model", model_node}, {"y_true", y_test}, {"y_pred", predicted_node}}},
      {.metrics = {{.name = "accuracy", .value = accuracy}}});

  std::cout << "dlib support vector machine: accuracy " << accuracy << " on " << predicted.size() << " penguins\n"
            << "prediction " << predicted_node.str() << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("usage: penguins FILE.csv STORE.db");
  auto tracker = mltrack::Tracker::open(argv[2]);
  auto run = tracker.start_run({.project = "penguins", .experiment = "cpp", .name = "dlib-svm"});
  train_and_score(run, argv[1]);
} catch (const std::exception& error) {
  std::cerr << "penguins: " << error.what() << '\n';
  return 1;
}
