"""The mean of boosted trees and a logistic regression."""
