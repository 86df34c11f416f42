module batata/driver

go 1.21
