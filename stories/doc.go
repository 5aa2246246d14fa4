// Package stories proves the sentences that the people this is for were told, one test a sentence, named after it. Each
// builds a town hall with an Internet (testnet), puts the real `abri run` between them, and looks as they would: at what
// arrived, at the page, at what a technician can ask.
//
// It holds tests only. They need root and a kernel that takes the filter, and are skipped with the reason without.
package stories
