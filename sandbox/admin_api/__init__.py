"""The Admin GraphQL API: schema, fields, costs, limits, bulk queries. Executed by graphql-core."""
