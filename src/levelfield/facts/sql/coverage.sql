-- What each provider has sent for each month.

-- name: coverage
SELECT * FROM submission
