"""What comes of grading: records, gradebook, points by hand, feedback, exports, similarity."""
