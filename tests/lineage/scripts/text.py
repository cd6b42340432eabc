"""Words of reviews, counted into a sparse matrix, and a model on them."""

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

N_JOBS = 1

reviews = pd.read_csv("reviews.csv")
texts_train, texts_test, y_train, y_test = train_test_split(reviews["text"], reviews["mood"], random_state=0)

vectorizer = TfidfVectorizer(min_df=2)
counts = vectorizer.fit_transform(texts_train)
bayes = MultinomialNB().fit(counts, y_train)
accuracy_score(y_test, bayes.predict(vectorizer.transform(texts_test)))

whole = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=500))
whole.fit(texts_train.tolist(), y_train)
whole.predict(texts_test.tolist())
